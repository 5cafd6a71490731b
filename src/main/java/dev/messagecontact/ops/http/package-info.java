/**
 * The page of the management port for a person without other tools. The secret kept here: what it looks like, and that a
 * look-up waits for nobody. It shows, it changes nothing.
 */
@NullMarked
package dev.messagecontact.ops.http;

import org.jspecify.annotations.NullMarked;
