/**
 * The topics that the worker needs. Hides how they must be configured, and how that is checked. It may not know what
 * stands in them.
 */
@NullMarked
package dev.messagecontact.topics;

import org.jspecify.annotations.NullMarked;
