// Service messages in words: who joined, what changed.
import { nameOf } from "./store.js";
import { say } from "./words.js";

/** One line for a message without content. */
export function service(message) {
  const by = nameOf(message.from);
  const told = (key, blanks) => say(`page.service.${key}`, blanks);
  if (message.new_chat_members) {
    const names = message.new_chat_members.map(nameOf).join(", ");
    const alone = message.new_chat_members.every((user) => user.id === message.from?.id);
    return alone ? told("joined", { name: names }) : told("added", { by, name: names });
  }
  if (message.left_chat_member) {
    const name = nameOf(message.left_chat_member);
    return message.left_chat_member.id === message.from?.id ? told("left", { name }) : told("removed", { by, name });
  }
  if (message.group_chat_created || message.supergroup_chat_created || message.channel_chat_created) return told("created");
  if (message.new_chat_title) return told("title", { title: message.new_chat_title });
  if (message.new_chat_photo || message.delete_chat_photo) return told("photo");
  if (message.pinned_message) return told("pinned", { name: by });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return told("migrated");
  if (message.forum_topic_created) return told("topic", { name: message.forum_topic_created.name });
  if (message.message_auto_delete_timer_changed) return told("auto_delete");
  return told("other");
}
