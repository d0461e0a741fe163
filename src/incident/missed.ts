/** What was tried in a look and did not come about is left to the next; in words, since people read them. */
export const SLACK_MISSED = "Slack could not be told";
export const PAGE_MISSED = "this page could not be written";
