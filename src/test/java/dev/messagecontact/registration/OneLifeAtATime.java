package dev.messagecontact.registration;

import dev.messagecontact.command.Action;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactAction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A plain model of the five actions: one command after the other, no batches, no crashes, no replays. */
final class OneLifeAtATime {

    private static final String ERASED = "add something";

    private final int limit;
    private final Map<String, String> contentByRequest = new HashMap<>();
    private final Map<String, String> answerByRequest = new HashMap<>();
    private final Map<String, String> directoryByRejected = new HashMap<>();
    private final Map<String, Life> lives = new HashMap<>();
    private final Set<String> confirmed = new HashSet<>();

    OneLifeAtATime(int limit) {
        this.limit = limit;
    }

    /** The answer in the words of {@link LifeIT#inWords}. */
    String answer(Request request) {
        ContactAction action = request.contactAction();
        if (action != null && action.kind() == Action.CONFIRM) {
            return confirm(action);
        }
        Contact contact = request.acceptedContact();
        String key = contact == null ? action.requestKey() : contact.contactId();
        String content = contact == null
                ? action.kind() + " " + action.contactId() + " " + action.target()
                : "add " + contact.fingerprint();
        String before = contentByRequest.get(key);
        if (before != null) {
            Life made = lives.get(key);
            boolean isErased = contact != null && before.equals(ERASED)
                    || contact != null && made != null && made.deleted && before.startsWith("add")
                    || contact == null
                            && before.startsWith(action.kind() + " " + action.contactId())
                            && erased(action.contactId());
            return before.equals(content) || isErased ? answerByRequest.get(key) : "IdempotentParameterMismatch";
        }
        String answer = contact == null ? act(action) : add(contact);
        contentByRequest.put(key, content);
        answerByRequest.put(key, answer);
        if (contact != null && !answer.equals("added")) {
            directoryByRejected.put(key, contact.directoryId());
        }
        return answer;
    }

    private boolean erased(String contactId) {
        return lives.containsKey(contactId) && lives.get(contactId).deleted;
    }

    private String add(Contact contact) {
        long inDirectory = lives.values().stream()
                .filter(life -> !life.deleted && life.directoryId.equals(contact.directoryId()))
                .count();
        boolean isUsed = lives.values().stream()
                .anyMatch(life -> !life.deleted
                        && life.directoryId.equals(contact.directoryId())
                        && life.name.equals(contact.name()));
        if (isUsed) {
            return "InvalidParameter.Name.AlreadyUsed";
        }
        if (inDirectory >= limit) {
            return "LimitExceeded.Contacts";
        }
        Life life = new Life(contact);
        lives.put(contact.contactId(), life);
        return "added";
    }

    private String act(ContactAction action) {
        Life life = lives.get(action.contactId());
        if (life == null || life.deleted) {
            return "EntityNotExists.Contact";
        }
        if (action.kind() == Action.DELETE) {
            life.deleted = true;
            directoryByRejected.forEach((key, directoryId) -> {
                if (directoryId.equals(life.directoryId)) {
                    contentByRequest.replace(key, life.content, ERASED);
                }
            });
            return "deleted DELETED";
        }
        String channel = action.kind() == Action.SEND_EMAIL_VERIFICATION ? "EMAIL" : "SMS";
        String target = channel.equals("EMAIL") ? life.email : life.phone;
        if (action.target() != null && !action.target().equals(target)) {
            return "InvalidParameter.EmailAddress";
        }
        String status = life.status();
        boolean isVerified = life.isVerified(channel);
        String idName = channel.toLowerCase(java.util.Locale.ROOT);
        life.asked.put(DerivedIds.verificationId(action.contactId(), idName, target, action.requestId()), channel);
        return isVerified ? "EntityNotExists.Contact.Verification" : "verification_sent " + status + " " + channel;
    }

    private String confirm(ContactAction action) {
        Life life = lives.get(action.contactId());
        if (life != null && life.deleted) {
            return "EntityNotExists.Contact";
        }
        confirmed.add(action.contactId() + action.verificationId());
        if (life == null) {
            return "EntityNotExists.Contact";
        }
        String channel = life.asked.get(action.verificationId());
        return channel == null ? "EntityNotExists.Contact.Verification" : "verified " + life.status() + " " + channel;
    }

    /** How many requests to add were rejected of which the content may still be known. */
    long remembered() {
        return directoryByRejected.keySet().stream()
                .filter(key -> !contentByRequest.get(key).equals(ERASED))
                .count();
    }

    Map<String, String> statusById() {
        Map<String, String> status = new HashMap<>();
        lives.forEach((id, life) -> {
            String word = life.deleted ? "DELETED" : life.status();
            status.put(id, word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT));
        });
        return status;
    }

    private final class Life {
        private final String contactId;
        private final String directoryId;
        private final String name;
        private final String content;
        private final String email;
        private final String phone;
        private final Map<String, String> asked = new HashMap<>();
        private boolean deleted;

        Life(Contact contact) {
            contactId = contact.contactId();
            directoryId = contact.directoryId();
            name = contact.name();
            content = "add " + contact.fingerprint();
            email = contact.emailAddress();
            phone = contact.phone().number();
            asked.put(DerivedIds.verificationId(contactId, "email", email), "EMAIL");
            asked.put(DerivedIds.verificationId(contactId, "sms", phone), "SMS");
        }

        boolean isVerified(String channel) {
            return asked.entrySet().stream()
                    .anyMatch(each -> each.getValue().equals(channel) && confirmed.contains(contactId + each.getKey()));
        }

        String status() {
            return isVerified("EMAIL") ? "ACTIVE" : "VERIFYING";
        }
    }
}
