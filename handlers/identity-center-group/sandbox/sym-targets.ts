import type { SymTargets } from "@sym/infra-tests/sym-targets";

const readers = { identity_store_id: "d-1234567890", group_name: "Readers", session_hours: 4 };

export const symTargets: SymTargets = {
  variables: { identity_center_group_targets: { readers } },
  targets: { "identity-center-group-readers": { ...readers, session_hours: "4" } },
  refusals: [
    [
      "a group by id and by name",
      { identity_center_group_targets: { readers: { ...readers, group_id: "1234567890-x" } } },
      "needs a group_id or a group_name, and not both; see readers.",
    ],
    [
      "a group without its store",
      { identity_center_group_targets: { readers: { group_name: "Readers" } } },
      "needs an identity_store_id, unless its group_id begins with one and a slash; see readers.",
    ],
    [
      "sessions longer than AWS has",
      { identity_center_group_targets: { readers: { ...readers, session_hours: 13 } } },
      "identity_center_group_targets has [13] as session_hours; use whole numbers from 1 to 12.",
    ],
    [
      "sessions of half hours",
      { identity_center_group_targets: { readers: { ...readers, session_hours: 1.5 } } },
      "identity_center_group_targets has [1.5] as session_hours; use whole numbers from 1 to 12.",
    ],
  ],
};
