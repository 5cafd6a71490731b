/**
 * The commands that a person runs, one per file: their options, output and exit codes. No other package may depend on
 * it.
 */
@NullMarked
package dev.messagecontact.cli;

import org.jspecify.annotations.NullMarked;
