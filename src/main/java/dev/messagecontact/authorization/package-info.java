/**
 * Decides whether the sender of a command may do what it asks: pure functions over the command, the sender's claims, the
 * policy and the directory's account. The policy language stays in here. It may not know how a sender is proven, which
 * {@link dev.messagecontact.authorization.token} does.
 */
@NullMarked
package dev.messagecontact.authorization;

import org.jspecify.annotations.NullMarked;
