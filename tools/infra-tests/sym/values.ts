import { decode, ExtData, ExtensionCodec, encode } from "@msgpack/msgpack";
import type { Block } from "./schema.ts";

/** A value that is unknown before the apply; on the wire, extension 0, or 12 with a refinement. */
export const unknown = Symbol("known after apply");

/** A value of Terraform; null if unset. */
export type Value = null | boolean | number | string | typeof unknown | Value[] | { [name: string]: Value };
export type ObjectValue = Record<string, Value>;

const codec = new ExtensionCodec();
for (const type of [0, 12]) codec.register({ type, encode: () => null, decode: () => unknown });

export function readValue(bytes: Uint8Array): Value {
  return decode(bytes, { extensionCodec: codec }) as Value;
}

export function writeValue(value: Value): Buffer {
  return Buffer.from(encode(withExtensions(value)));
}

function withExtensions(value: Value): unknown {
  if (value === unknown) return new ExtData(0, new Uint8Array([0]));
  if (Array.isArray(value)) return value.map(withExtensions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withExtensions(one)]));
}

export function isUnknown(value: Value | undefined): boolean {
  return value === unknown;
}

/** The blocks with this name in a value; empty while their number is unknown. */
export function blocksOf(value: ObjectValue, name: string): ObjectValue[] {
  return Array.isArray(value[name]) ? (value[name] as ObjectValue[]) : [];
}

/** Fills in the schema's defaults, also in blocks. */
export function withDefaults(schema: Block, value: ObjectValue): ObjectValue {
  const filled = { ...value };
  for (const [name, attribute] of Object.entries(schema.attributes))
    if (filled[name] === null && attribute.default !== undefined) filled[name] = attribute.default;
  for (const [name, block] of Object.entries(schema.blocks ?? {}))
    if (Array.isArray(filled[name]))
      filled[name] = blocksOf(filled, name).map((one) => withDefaults(block, one));
  return filled;
}
