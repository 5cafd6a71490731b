/**
 * Recovery as a planned operation: answers told again from what the database knows, and a database built again from the
 * commands. The secret kept here: what may be told or decided again without a second contact or a second verification.
 */
@NullMarked
package dev.messagecontact.recovery.replay;

import org.jspecify.annotations.NullMarked;
