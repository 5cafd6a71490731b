/** Encrypted connections and accounts that may do just what they must. */
@NullMarked
package dev.messagecontact.security;

import org.jspecify.annotations.NullMarked;
