/** The acceptance cases as data, for tests with and without a broker. */
@NullMarked
package dev.messagecontact.cases;

import org.jspecify.annotations.NullMarked;
