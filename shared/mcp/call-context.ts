import type { ServerContext } from '@modelcontextprotocol/server';

/** What a call may use while it runs. */
export type CallContext = {
  /**
   * Aborted when the caller goes away or cancels. A client of the 2025 revisions that cancels or times out without
   * closing its connection does not reach it, so the life of nothing that matters may hang on it.
   */
  readonly signal: AbortSignal;
  /** Tells the caller how far the call is. Does nothing when it did not ask for that or is gone; never rejects. */
  readonly progress: (progress: Progress) => Promise<void>;
  /** Ids that a client sent: only for correlation, never for decisions. */
  readonly correlation: { readonly toolUseId?: string; readonly traceparent?: string };
};

/** `progress` has to grow from one report to the next. */
export type Progress = { readonly progress: number; readonly total?: number; readonly message?: string };

const toolUseId = /^[\w.:-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00. */
const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function callContext({ mcpReq }: ServerContext): CallContext {
  const meta: Readonly<Record<string, unknown>> = mcpReq._meta ?? {};
  return {
    signal: mcpReq.signal,
    progress: progressTo(mcpReq, meta['progressToken']),
    correlation: {
      ...matching('toolUseId', meta['claudecode/toolUseId'], toolUseId),
      ...matching('traceparent', meta['traceparent'], traceparent),
    },
  };
}

function progressTo(request: ServerContext['mcpReq'], token: unknown): CallContext['progress'] {
  if (typeof token !== 'string' && typeof token !== 'number') return async () => {};
  return async (progress) => {
    if (request.signal.aborted) return;
    const params = { progressToken: token, ...progress };
    // A report that cannot be delivered must not end the call that it is about.
    await request.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}

function matching<Key extends string>(key: Key, value: unknown, shape: RegExp): { readonly [K in Key]?: string } {
  return typeof value === 'string' && shape.test(value) ? ({ [key]: value } as { [K in Key]: string }) : {};
}
