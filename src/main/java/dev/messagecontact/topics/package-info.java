/** The topics that the worker needs. The secret kept here: how they must be configured, and how that is checked. */
@NullMarked
package dev.messagecontact.topics;

import org.jspecify.annotations.NullMarked;
