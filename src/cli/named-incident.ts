/** `owner/repo#42`, or the address of the issue as the browser shows it; null for anything else. */
export function namedIncident(
  target: string,
): { readonly owner: string; readonly repo: string; readonly number: number } | null {
  const short = /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)#(?<number>[1-9]\d{0,9})$/.exec(target);
  const address =
    /^https?:\/\/[^/\s]+\/(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)\/issues\/(?<number>[1-9]\d{0,9})(?:[?#]\S*)?$/;
  const { owner, repo, number } = (short ?? address.exec(target))?.groups ?? {};
  return owner && repo && number ? { owner, repo, number: Number(number) } : null;
}
