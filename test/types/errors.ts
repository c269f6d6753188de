import { AppError, type ErrorCode } from '#shared/errors.ts';

// The codes are a closed union: agents, scripts and the console branch on them.

// @ts-expect-error: no such code
export const unknownCode = new AppError('something_else', 'It went wrong.');

// @ts-expect-error: a code is not any string
export const anyText: ErrorCode = String('not_found');

// @ts-expect-error: an error says what went wrong
export const wordless = new AppError('not_found');
