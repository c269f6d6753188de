import { AppError, type ErrorCode } from '#shared/errors.ts';

/** Why somebody was not signed in, with what the page says of it. Stable: people quote them to whoever helps. */
const refusals = {
  wrong_link: ['unauthenticated', 'This link was used already, has expired, or is not whole.'],
  unknown_state: ['unauthenticated', 'This sign-in was not begun in this browser, or the server was started since.'],
  used_before: ['unauthenticated', 'This sign-in was used already.'],
  too_late: ['expired', 'This sign-in was begun too long ago.'],
  provider_refused: ['unauthenticated', 'The provider did not sign you in.'],
  provider_unavailable: ['backend_unavailable', 'The provider does not answer as it should.'],
  code_refused: ['unauthenticated', 'The provider does not accept its own answer (again).'],
  clock_skew: ['unauthenticated', 'By this server’s clock, what the provider says is not valid now.'],
  wrong_issuer: ['unauthenticated', 'The answer is from another provider than the configured one.'],
  wrong_audience: ['unauthenticated', 'The answer is meant for another application.'],
  wrong_nonce: ['unauthenticated', 'The answer belongs to another sign-in.'],
  missing_claims: ['unauthenticated', 'The answer does not say who you are.'],
  invalid_token: ['unauthenticated', 'The answer is not signed as it should be.'],
  no_assertion: ['unauthenticated', 'The request did not come through the proxy that signs people in.'],
  another_person: ['unauthenticated', 'The proxy names another person than this session is of.'],
  not_admitted: ['not_permitted', 'You are signed in there, and not among those who may use this console.'],
} as const satisfies Readonly<Record<string, readonly [ErrorCode, string]>>;

export type SignInProblem = keyof typeof refusals;

const beginAgain = 'Begin again on the sign-in page.';
const nextOf: Readonly<Partial<Record<SignInProblem, string>>> = {
  wrong_link: 'The sign-in page can have a new one printed.',
  clock_skew: 'Ask the operator of this server.',
  wrong_issuer: 'Ask the operator of this server.',
  wrong_audience: 'Ask the operator of this server.',
  missing_claims: 'Ask the operator of this server.',
  not_admitted: 'Ask the operator of this server.',
  no_assertion: 'Open the console at its usual address.',
};

/** Somebody is not signed in. Carries nothing that a provider or a browser sent. */
export class SignInRefused extends AppError {
  readonly problem: SignInProblem;

  /** Of `error` only its codes are kept, for the log: its text may hold codes and tokens of people. */
  constructor(problem: SignInProblem, error?: unknown) {
    const [code, message] = refusals[problem];
    const codes = codesOf(error);
    super(code, `${message} (${problem})`, {
      next: nextOf[problem] ?? beginAgain,
      ...(codes === '' ? {} : { cause: new Error(codes) }),
    });
    this.problem = problem;
  }
}

function codesOf(error: unknown): string {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 5; at = at.cause) {
    const code = 'code' in at ? String(at.code) : '';
    codes.push(/^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : at.name);
  }
  return codes.join(', ');
}
