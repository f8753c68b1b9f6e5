// The build replaces this name by the version of the bundle.
declare const BUNDLE_VERSION: string | undefined;

/** The version of the bundle, such as `0.1.0+0123456789ab`: the workspace's version and a hash of the bundle. */
export const bundleVersion = typeof BUNDLE_VERSION === "undefined" ? "unbuilt" : BUNDLE_VERSION;
