/**
 * What an operator does after a disaster: replay, rebuild, audit, explain, dead letters. This package has what they
 * share: which commands are meant, how fast, and how far the work is.
 */
@NullMarked
package dev.messagecontact.recovery;

import org.jspecify.annotations.NullMarked;
