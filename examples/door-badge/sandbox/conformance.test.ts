import { testConformance } from "@sym/conformance";
import { system } from "./conformance.ts";

testConformance(system, new URL("../dist", import.meta.url));
