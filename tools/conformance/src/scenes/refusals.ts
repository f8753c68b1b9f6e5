import { expectThat } from "../broken.ts";
import { robin, stranger } from "../events.ts";
import type { Scene } from "../scene.ts";
import { expectAccess, expectErrors, expectOutcome } from "../stage.ts";
import { people } from "./requests.ts";

/** Scenes with requests that must be refused. */
export const refusalScenes: Scene[] = [
  {
    name: "unknown user",
    promise: "A requester unknown to the system gets an error, and no account",
    needs: ["seed", "read"],
    async play(stage) {
      await people(stage);
      const answer = await stage.escalate({ person: stranger });
      expectErrors(answer, "The escalate of an unknown requester");
      await expectAccess(stage, stranger, false, "After the escalate of an unknown requester");
      expectOutcome(
        await stage.deescalate({ person: stranger }),
        ["nothing-to-revoke"],
        "The deescalate of an unknown requester",
      );
    },
  },
  {
    name: "unknown resource",
    promise: "A missing resource is an error that names the resource",
    needs: ["seed", "read", "other-settings"],
    async play(stage) {
      await people(stage);
      const settings = stage.target.unknownResource ?? {};
      const answer = await stage.escalate({ settings });
      expectErrors(answer, "The escalate for a missing resource");
      const names = Object.values(settings);
      expectThat(
        names.some((name) => answer.errors.join().includes(name)),
        `no error names ${names.join(" or ")}: ${answer.errors.join()}`,
      );
      await expectAccess(stage, robin, false, "After the escalate for a missing resource");
    },
  },
  {
    name: "ambiguous user",
    promise: "A requester who matches several people gets an error, and none of these people gets access",
    needs: ["seed", "read", "ambiguity"],
    async play(stage) {
      await people(stage);
      await stage.target.makeAmbiguous?.(robin);
      expectErrors(await stage.escalate(), "The escalate of an ambiguous requester");
      await expectAccess(stage, robin, false, "After the escalate of an ambiguous requester");
    },
  },
];
