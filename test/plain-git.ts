/**
 * The environment of git in tests: nothing of the machine's or a person's configuration, such as signing, hooks, line ends or
 * the name of the first branch.
 */
export const PLAIN_GIT: Readonly<NodeJS.ProcessEnv> = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};
