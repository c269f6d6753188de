export * from './capability.ts';
export * from './content.ts';
export * from './define.ts';
export * from './effects.ts';
export * from './json.ts';
export * from './outcome.ts';
export * from './queue.ts';
export * from './tool.ts';
