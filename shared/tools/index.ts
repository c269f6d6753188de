export { type Capability, type Denial, defineCapability } from './capability.ts';
export { type ContentReader, type ContentRef, type Contents, contentRef } from './content.ts';
export { assertTool, type ReadTool, toolsFor, type WriteTool } from './define.ts';
export {
  audience,
  type Effect,
  effect,
  type FieldEffect,
  type FileEffect,
  type FileState,
  type Flag,
  fileState,
  flag,
  type Reach,
  type Reversible,
  reach,
  reversible,
  type SinceBase,
  sinceBase,
  type TextEffect,
} from './effects.ts';
export type { Json, JsonObject } from './json.ts';
export { type Origin, type Session, session, type Told, type Trust, trust, type Viewer } from './origin.ts';
export { type Landed, NotDone, type Refusal, type RestoreChoice, type StillHolds } from './outcome.ts';
export type { Ownership } from './ownership.ts';
export { type Part, part, type Restoring, restoring, type Side } from './parts.ts';
export { type Cancellation, type QueueContext, type QueueTool, queueToolsFor } from './queue.ts';
export { fillReferences, type Receipt, type ReceiptKind, referencesIn } from './references.ts';
export { type BackendReview, reviewable } from './reviews.ts';
export { type Foundation, foundation, type Left } from './things.ts';
export type { Beforehand, Credit, Description, Done, DoneBy, Mark, Receipts, Step } from './tool.ts';
