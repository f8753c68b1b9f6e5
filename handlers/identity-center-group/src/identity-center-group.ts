import { isDeepStrictEqual } from "node:util";
import {
  absent,
  type Invocation,
  isNotFound,
  type Reading,
  ranked,
  type TargetSystem,
} from "@sym/lambda-core";
import { checkTarget } from "./check-target.ts";
import { knownIdsOf, rememberIds } from "./known-ids.ts";
import { addMember, type MembershipAccess, member, readMembership, removeMember } from "./membership.ts";
import { type Asked, findIds, type Ids, resolve } from "./resolve.ts";

/** Membership of groups in IAM Identity Center. Creates no user and no group. */
export function identityCenterGroup(standard: { region: string }): TargetSystem<MembershipAccess> {
  return {
    // AWS documents no consistency for the identity store. IAM, its neighbour, is eventually consistent.
    staleReadMs: 30_000,
    satisfies: ranked(absent, member),
    async find(request, invocation) {
      return { ...(await findMembership(resolve(request, standard), invocation)), wanted: member };
    },
    read: readMembership,
    async set({ access }, { state }, invocation) {
      if (state === member) {
        await addMember(access, invocation);
        return {};
      }
      await removeMember(access, invocation);
      return { residualAccess: openSessions(access, "already open") };
    },
    async forecast({ access }) {
      return { residualAccess: openSessions(access, "open at the end") };
    },
    check: (target, invocation) => checkTarget(target, standard, invocation),
  };
}

/** AWS has no call that ends a session: aws-sdk#598. */
function openSessions({ sessionHours }: MembershipAccess, which: string): string {
  const hours = sessionHours === 1 ? "an hour" : `${sessionHours} hours`;
  return `AWS sessions that are ${which} can last for up to ${hours} from their start.`;
}

/** Reads by the ids of an earlier request while looking up the ids again; reads again only if the ids differ. */
async function findMembership(asked: Asked, invocation: Invocation): Promise<Reading<MembershipAccess>> {
  const known = knownIdsOf(asked);
  const early = known && readMembership(accessOf(asked, known), invocation);
  early?.catch(() => undefined); // An error of a read by old ids proves nothing.
  const ids = await findIds(asked, invocation);
  rememberIds(asked, ids);
  const reading =
    early && isDeepStrictEqual(known, ids) ? early : readMembership(accessOf(asked, ids), invocation);
  return reading.catch(async (error: unknown) => {
    // A person or a group deleted since the lookup may exist again under the same name.
    if (!isNotFound(error)) throw error;
    const again = await findIds(asked, invocation);
    if (isDeepStrictEqual(again, ids)) throw error;
    rememberIds(asked, again);
    return readMembership(accessOf(asked, again), invocation);
  });
}

function accessOf({ store, names, sessionHours }: Asked, { userId, groupId }: Ids): MembershipAccess {
  return {
    host: `${store.region}/${store.id}`,
    resource: `${store.id}/${groupId}`,
    subject: userId,
    names,
    store,
    groupId,
    sessionHours,
  };
}
