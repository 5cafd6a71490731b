/** The commands that a person runs. The secret kept here: their options, what they print and their exit codes. */
@NullMarked
package dev.messagecontact.cli;

import org.jspecify.annotations.NullMarked;
