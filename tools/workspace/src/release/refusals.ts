import { UsageError } from "@sym/command-line/usage-error";
import { otherTags } from "./examples.ts";
import { git, gitHolds } from "./git.ts";
import { changelogPart, pendingChangesets } from "./notes.ts";
import { refuseRecords } from "./records.ts";
import { pinnedNode, version } from "./version.ts";

/** Refuses files that the commit does not have: a clone would make another release. */
export function refuseChanges(): void {
  const [first, ...others] = git("status", "--porcelain").split("\n").filter(Boolean);
  if (first === undefined) return;
  const more = others.length > 0 ? ` and ${others.length} other files` : "";
  const file = first.replace(/^\s*\S+\s+/, "");
  throw new UsageError(`The commit lacks a change of ${file}${more}. Commit or remove the changes.`);
}

/** Refuses to release the present commit under a tag that is not its own. */
export function refuseTag(tag: string): void {
  const head = git("rev-parse", "HEAD");
  const pending = pendingChangesets();
  if (tag !== `v${version}`)
    throw new UsageError(
      `The tag ${tag} differs from version ${version} of package.json. Tag the commit that sets this version.`,
    );
  if (pending.length > 0)
    throw new UsageError(
      `CHANGELOG.md lacks ${pending.join(", ")} of .changeset. Run npm run changeset -- version, and tag the commit of its changes.`,
    );
  if (changelogPart() === undefined)
    throw new UsageError(`CHANGELOG.md has no part "## ${version}". Describe the changes of the version.`);
  const [other] = otherTags(tag);
  if (other !== undefined)
    throw new UsageError(`${other} Write ${tag} into the examples, and tag the commit of the change.`);
  refuseRecords(version);
  if (!gitHolds("rev-parse", "--verify", "--quiet", `refs/tags/${tag}^{commit}`))
    throw new UsageError(`The tag ${tag} does not exist here. Run git fetch --tags, or create the tag.`);
  const tagged = git("rev-parse", `refs/tags/${tag}^{commit}`);
  if (tagged !== head)
    throw new UsageError(`The tag ${tag} names commit ${tagged}, not ${head}. Check out the tag.`);
  if (!gitHolds("merge-base", "--is-ancestor", head, main()))
    throw new UsageError(`Commit ${head} is not on ${main()}. Merge the commit, then tag the merged commit.`);
  if (process.versions.node !== pinnedNode)
    throw new UsageError(
      `This is Node ${process.versions.node}, and .node-version pins ${pinnedNode}. Release on Linux, where the pinned Node is installed.`,
    );
}

/** The main branch of the repository; without a remote repository, the local branch. */
function main(): string {
  return gitHolds("rev-parse", "--verify", "--quiet", "refs/remotes/origin/main") ? "origin/main" : "main";
}
