import type { ExecutorContext } from '#shared/changes/executor-context.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import { type Permit, type Purpose, type Redeemed, redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import { findMove, type Move } from '#shared/changes/transitions.ts';
import type { VerifiedChange } from '#shared/changes/verify.ts';

type Reader = { readonly look: () => Promise<string> };
type Writer = { readonly put: (text: string) => Promise<string> };
type Target = { readonly shelf: string };

declare const door: WriterDoor<Writer, Target>;
declare const context: ProposeContext<Reader, Writer, never, Target>;
const purpose: Purpose<Target> = { changeId: 'chg_1', tool: 'put', step: 'put', target: { shelf: 'a' } };

// As it should be.
export const opened: Promise<Writer> = door.open(mintPermit(purpose));

// @ts-expect-error: a permit is minted, never written down
export const byHand: Permit<Target> = {};

// @ts-expect-error: nor is it what it is for
export const purposeAsPermit: Permit<Target> = purpose;

// @ts-expect-error: a door is not opened without a permit
export const without = door.open();

// @ts-expect-error: nor with what a permit is for
export const withPurpose = door.open(purpose);

// @ts-expect-error: a permit for another kind of target does not fit
export const otherTarget = door.open(mintPermit({ ...purpose, target: { page: 'a' } }));

// @ts-expect-error: what was redeemed comes from redeeming
export const redeemed: Redeemed<Target> = purpose;

// @ts-expect-error: what was redeemed is no permit again
export const again = door.open(redeemPermit(mintPermit(purpose)));

// @ts-expect-error: who proposes has no door to a writer
export const proposersDoor = context.door;

// @ts-expect-error: and cannot stand in for the executor
export const executor: ExecutorContext<Reader, Writer, never, Target> = context;

// @ts-expect-error: a status that the table does not have
export const noStatus = findMove('pending', 'done');

// @ts-expect-error: a move says what it needs
export const needless: Move = { from: 'pending', to: 'approved', by: ['person'], when: '' };

type Verified = VerifiedChange<Reader, Writer, never, Target>;
declare const parts: { readonly [Key in keyof Verified as Key extends string ? Key : never]: Verified[Key] };

// @ts-expect-error: only verifying a change makes a verified one, whatever its parts
export const unverified: Verified = parts;
