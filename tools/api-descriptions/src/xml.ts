import { XMLParser } from "fast-xml-parser";
import type { Untyped } from "./typed.ts";

const parser = new XMLParser({ parseTagValue: false, ignoreDeclaration: true, ignoreAttributes: true });

/** Elements by name, with all content as text; repeated elements are a list. */
export function readXml(text: string): { [name: string]: Untyped } {
  return parser.parse(text);
}
