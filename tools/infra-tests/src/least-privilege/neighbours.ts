/** Another resource of the same type; `what` describes the difference. */
export type Neighbour = { what: string; arn: string };

const inAnyEnvironment = "a version may be deployed in any of them";

/**
 * The types whose resources a policy must name all, for every action or for one action, with the reason. For other
 * types, a neighbour has another last part in its ARN.
 */
const all: Record<string, string> = {
  User: "anybody may ask",
  GroupMembership: "made up by AWS",
  AllGroupMemberships: "all there are",
  hostedconfigurationversion: "made up by AWS",
  deployment: "made up by AWS",
  "appconfig:GetDeployment environment": inAnyEnvironment,
  "appconfig:ListDeployments environment": inAnyEnvironment,
};

/** The reason why a policy must allow this action on every resource of this type; undefined if the policy need not. */
export function reasonForAll(action: string, type: string): string | undefined {
  return all[`${action} ${type}`] ?? all[type];
}

/**
 * The resources that a permission on `arn` must not reach: a sibling, a resource with a longer name, a resource below,
 * and the same name in another account or region, if the ARN has an account or a region.
 */
export function neighboursOf(action: string, type: string, arn: string): Neighbour[] {
  const parts = arn.split(":");
  const [, , , region = "", account = ""] = parts;
  const at = (index: number, value: string) => parts.map((part, i) => (i === index ? value : part)).join(":");
  const elsewhere = [
    ...(account
      ? [
          {
            what: "another account's",
            arn: at(4, account === "999999999999" ? "888888888888" : "999999999999"),
          },
        ]
      : []),
    ...(region
      ? [{ what: "another region's", arn: at(3, region === "eu-west-1" ? "us-west-2" : "eu-west-1") }]
      : []),
  ];
  if (type === "user") return elsewhere;
  if (type === "hostedconfigurationversion")
    return [
      ...elsewhere,
      {
        what: "another profile's",
        arn: arn.replace(/\/configurationprofile\/[^/]+/, "/configurationprofile/zzz9999"),
      },
    ];
  const isAnyEnvironment = reasonForAll(action, "environment") !== undefined;
  if (isAnyEnvironment && (type === "deployment" || type === "environment"))
    return [
      ...elsewhere,
      { what: "another application's", arn: arn.replace(/application\/[^/]+/, "application/zzz9999") },
    ];
  if (reasonForAll(action, type) !== undefined) return [];
  if (type === "Secret") return [...elsewhere, ...secretsBeside(arn)];
  if (type === "index")
    elsewhere.push({ what: "another table's", arn: arn.replace(/:table\/[^/]+/, ":table/neighbour") });
  const beside = arn.replace(/[^/:]+$/, "neighbour");
  return [
    { what: "another", arn: beside },
    { what: "a longer name", arn: `${arn}-2` },
    { what: "below it", arn: `${arn}/neighbour` },
    ...elsewhere,
  ];
}

/** AWS appends a hyphen and six characters to a secret's name. */
function secretsBeside(arn: string): Neighbour[] {
  const [, name = "", end = ""] = /^(.*)(-\w{6})$/.exec(arn) ?? [];
  return [
    { what: "another", arn: `${name.replace(/[^:]+$/, "neighbour")}${end}` },
    { what: "a longer name", arn: `${name}-2${end}` },
    { what: "the same in a folder", arn: `${name}/neighbour${end}` },
  ];
}
