// Sign-in, language and calls of the portal.
import { createPage } from "/lib/page.mjs";
import { words } from "./words.mjs";

export const page = createPage({ prefix: "deskbell.portal.", words });
export const { recall, remember, lang, t, user, api, onSignedOut, problem, clock, sayError, act } = page;
export const linkOf = (share) => `${location.origin}/portal/share/#/${share.share_id}`;
