import { testConformance } from "@sym/conformance";
import { system } from "./conformance.test-support.ts";

testConformance(system);
