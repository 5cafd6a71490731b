/** What tests stand on: real servers, and names that are theirs alone. */
@NullMarked
package dev.messagecontact.support;

import org.jspecify.annotations.NullMarked;
