// Answers of any operation, even if the operation's description does not list these answers.

/** Statuses by code. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html; each service has this page. */
export const awsErrors: Record<string, number[]> = {
  AccessDenied: [403],
  AccessDeniedException: [400, 403],
  ExpiredToken: [400, 403],
  ExpiredTokenException: [400, 403],
  InternalFailure: [500],
  InternalServerError: [500],
  InternalServerException: [500],
  InvalidAction: [400],
  InvalidClientTokenId: [403],
  ServiceFailure: [500],
  ServiceUnavailable: [503],
  Throttling: [400],
  ThrottlingException: [400, 429],
  UnknownOperationException: [400, 404],
  UnrecognizedClientException: [400, 403],
  ValidationError: [400],
  ValidationException: [400],
};

/** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api; the body is `basic-error`. */
export const githubStatuses = [400, 401, 403, 404, 422, 429, 500, 502, 503, 504];

/** https://launchdarkly.com/docs/api#errors, "Common"; the body is the same for every error. */
export const launchDarklyStatuses = [401, 403, 404, 429, 500, 503];
