import { randomUUID } from "node:crypto";
import type { HttpReply, HttpRequest } from "../kernel/serve.ts";
import { AwsError } from "./aws-error.ts";
import type { Caller, Operation, Service } from "./service.ts";

type XmlValue = string | number | boolean | Xml | Xml[];
export type Xml = { [element: string]: XmlValue };

export type QueryParameters = Record<string, string>;
/** Returns the fields of the action's result element; undefined for an action without a result. */
export type QueryAction = (parameters: QueryParameters, caller: Caller) => Xml | undefined;

/** A service that speaks AWS Query: a form in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryService(
  version: string,
  namespace: string,
  actions: Record<string, QueryAction>,
): Service {
  return {
    read: readForm,
    answer: (operation, caller) => {
      const run = Object.hasOwn(actions, operation.action) ? actions[operation.action] : undefined;
      if (!run) {
        const message = `Could not find operation ${operation.action} for version ${version}`;
        throw new AwsError(400, "InvalidAction", message);
      }
      return answerInXml(namespace, operation.action, run(operation.parameters as QueryParameters, caller));
    },
    refuse: (error) => refuseInXml(namespace, error),
  };
}

/** `ValidationError` 400 with AWS's message for a constraint of its service model. */
export function constraintError(field: string, value: string | undefined, constraint: string): AwsError {
  const shown = value === undefined ? "null" : `'${value}'`;
  const message = `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: ${constraint}`;
  return new AwsError(400, "ValidationError", message);
}

/** Throws AWS's `ValidationError` if the parameter is missing. */
export function requireParameter(parameters: QueryParameters, name: string): string {
  const value = parameters[name];
  if (value !== undefined) return value;
  throw constraintError(name[0]?.toLowerCase() + name.slice(1), undefined, "Member must not be null");
}

function readForm({ body }: HttpRequest): Operation {
  const { Action = "", Version: _version, ...parameters } = Object.fromEntries(new URLSearchParams(body));
  return { action: Action, parameters };
}

function answerInXml(namespace: string, action: string, result: Xml | undefined): HttpReply {
  const requestId = randomUUID();
  const metadata = { ResponseMetadata: { RequestId: requestId } };
  const content = result ? { [`${action}Result`]: result, ...metadata } : metadata;
  return reply(
    200,
    requestId,
    `<${action}Response xmlns="${namespace}">${render(content)}</${action}Response>`,
  );
}

function refuseInXml(namespace: string, error: AwsError): HttpReply {
  const requestId = randomUUID();
  const type = error.status < 500 ? "Sender" : "Receiver";
  const content = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId };
  return reply(
    error.status,
    requestId,
    `<ErrorResponse xmlns="${namespace}">${render(content)}</ErrorResponse>`,
  );
}

function reply(status: number, requestId: string, body: string): HttpReply {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

function render(value: XmlValue): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${render(item)}</member>`).join("");
  if (typeof value !== "object") return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, child]) => `<${name}>${render(child)}</${name}>`)
    .join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
