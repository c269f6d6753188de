import * as z from 'zod';
import type { Connection } from './config.ts';
import { CommandFailed, type ExitCode, exitCodes } from './exit.ts';
import { visibleLine } from './visible.ts';

/** Longer than any answer of the console takes, in milliseconds. */
const patienceMs = 30_000;

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), next: z.string().nullish() }),
});

/**
 * Sends a request to the console and parses its answer. Throws CommandFailed: with what the server said when it refused,
 * or `unreachable` when nothing or something else answers.
 */
export async function request<T>(
  connection: Connection,
  path: string,
  answer: z.ZodType<T>,
  body?: Readonly<Record<string, unknown>>,
): Promise<T> {
  return ask(connection, `/api${path}`, answer, body);
}

/** The same for what is not of the API of those who are signed in. */
export async function ask<T>(
  connection: Connection,
  path: string,
  answer: z.ZodType<T>,
  body?: Readonly<Record<string, unknown>>,
): Promise<T> {
  const response = await send(connection, path, body);
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refused(connection, response.status, json);
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new CommandFailed(exitCodes.unreachable, `What answers at ${connection.origin} is not this console.`);
}

async function send({ origin, token }: Connection, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(`${origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token is for the console alone, wherever that sends us.
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch {
    throw new CommandFailed(
      exitCodes.unreachable,
      `The console at ${origin} does not answer.`,
      'Start the suite with "countersign start", or name another console with --url. Through an identity-aware proxy only a browser comes to it.',
    );
  }
}

function refused({ origin, isKept }: Connection, status: number, json: unknown): CommandFailed {
  const { success, data } = refusal.safeParse(json);
  if (!success) {
    return new CommandFailed(exitCodes.unreachable, `What answers at ${origin} is not this console (HTTP ${status}).`);
  }
  const { message, next } = data.error;
  if (status === 401) {
    const hint = isKept
      ? 'What this terminal was signed in with is over: sign in again with "countersign sign-in".'
      : 'The token is not the one that the suite was started with.';
    return new CommandFailed(exitCodes.usage, visibleLine(message), hint);
  }
  return new CommandFailed(exitCodeOf(status), visibleLine(message), next ? visibleLine(next) : undefined);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 409) return exitCodes.conflict;
  return status === 400 ? exitCodes.usage : exitCodes.no;
}
