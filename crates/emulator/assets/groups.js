// Groups on a phone: joining by a link, who is in one, leaving.

import { api, attempt } from "./api.js";
import { avatar, el, icon } from "./dom.js";
import { notice } from "./notices.js";
import { field, primary } from "./sheets.js";

/** A group's thread, in the shape of any other chat's. */
export async function groupThread(phone, more) {
  const { group_id: id } = phone.group;
  const thread = await api.groupThread(id, { customer: phone.customer.wa_id, ...more });
  return { ...thread, customer: {}, typing: false };
}

/** What stands under a group's name. */
export function groupWords(thread, customer) {
  const others = thread.group.participants.filter((p) => p.wa_id !== customer.wa_id).map((p) => p.name ?? `+${p.wa_id}`);
  return [thread.phone_number.verified_name, ...others, "You"].join(", ");
}

export function openJoin(phone) {
  phone.sheet("Join a group", (body, close, footer) => {
    const link = field("Invite link", { autocomplete: "off", placeholder: "https://chat.whatsapp.com/…", "data-testid": "invite-link" });
    const problem = el("p.form-error", { role: "alert", hidden: true });
    body.append(el("p.sheet-words", null, "Businesses invite people to their groups by a link; eight can be in one."), el("div.fields", null, link.node, problem));
    footer.append(primary("Join", async () => {
      try {
        const { joined, group_id: id } = await api.inGroup(phone.customer.wa_id, "join", { invite_link: link.input.value.trim() });
        close();
        if (!joined) { notice("You asked to join; the business decides"); return; }
        const customer = await api.customer(phone.customer.wa_id);
        phone.update(customer, phone.numbers);
        phone.openGroup(customer.groups.find((group) => group.group_id === id));
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    }, { "data-testid": "join-send" }));
  });
}

/** Who is in the group, and the way out. */
export function openGroupInfo(phone) {
  const { group, phone_number: business } = phone.thread;
  phone.sheet("Group info", (body, close, footer) => {
    body.append(el("div.profile-top", null, el("span.business-avatar.large", { "aria-hidden": "true" }, icon("people")), el("h3", null, group.subject), group.description && el("p", null, group.description)),
      el("h3", null, `${group.participants.length + 1} people`),
      el("div.row.still", null, el("span.row-main", null, el("span.business-avatar", { "aria-hidden": "true" }, business.verified_name.charAt(0)), el("span", null, el("b", null, business.verified_name), el("small", null, "Business, admin")))),
      ...group.participants.map((p) => el("div.row.still", null, el("span.row-main", null, avatar(p.wa_id, p.name ?? ""), el("span", null, el("b", null, p.wa_id === phone.customer.wa_id ? "You" : p.name), el("small", null, `+${p.wa_id}`))))));
    footer.append(el("button.danger", { "data-testid": "group-leave", onclick: async () => {
      if (!(await attempt(() => api.inGroup(phone.customer.wa_id, "leave", { group_id: group.id })))) return;
      close();
      phone.open(phone.number);
    } }, "Leave the group"));
  });
}
