/**
 * The topics that the worker needs: how they must be configured, and how that is checked. It may not know their
 * records.
 */
@NullMarked
package dev.messagecontact.topics;

import org.jspecify.annotations.NullMarked;
