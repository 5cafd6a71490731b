/**
 * Decides whether the sender of a command may do what it asks: pure functions over the command, the sender's claims, the
 * policy and the directory's account. The secret kept here: the policy language. How a sender is proven is
 * {@link dev.messagecontact.authorization.token}'s.
 */
@NullMarked
package dev.messagecontact.authorization;

import org.jspecify.annotations.NullMarked;
