/**
 * What brokers and database must be set to so that they keep what they have acknowledged. Hides which of their settings
 * these are. It may change nothing.
 */
@NullMarked
package dev.messagecontact.durability;

import org.jspecify.annotations.NullMarked;
