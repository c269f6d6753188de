import { GraphQLError } from 'graphql';

const fault = (message: string, code: string, type: string, words: string, statusCode = 400): GraphQLError =>
  new GraphQLError(message, {
    extensions: { type, code, statusCode, userError: statusCode < 500, userPresentableMessage: words },
  });

/** The errors of Linear's API, as it words and names them. */
export const faults = {
  notFound: (what: string) =>
    fault(`Entity not found: ${what}`, 'INPUT_ERROR', 'invalid input', `Could not find referenced ${what}.`),
  exists: (what: string, id: string) =>
    fault(
      `conflict on insert of ${what}`,
      'INPUT_ERROR',
      'invalid input',
      `Entity ${what} with id ${id} already exists.`,
    ),
  invalid: (words: string) => fault('Argument Validation Error', 'INVALID_INPUT', 'invalid input', words),
  forbidden: (words: string) => fault('You do not have access', 'FORBIDDEN', 'forbidden', words, 403),
  unauthenticated: () =>
    fault(
      'Authentication required, not authenticated',
      'AUTHENTICATION_ERROR',
      'authentication error',
      'You need to authenticate to access this operation.',
      401,
    ),
  limited: () =>
    fault(
      'Rate limit exceeded',
      'RATELIMITED',
      'ratelimited',
      'Rate limit exceeded. Only 5000 requests are allowed per 1 hour.',
    ),
  complex: () => fault('Query too complex', 'INPUT_ERROR', 'invalid input', 'The query is too complex.'),
} as const;
