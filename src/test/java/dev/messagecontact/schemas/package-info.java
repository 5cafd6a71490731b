/** Holds what is published in {@code schemas/} against the code, so that partners can rely on it. */
@NullMarked
package dev.messagecontact.schemas;

import org.jspecify.annotations.NullMarked;
