package dev.messagecontact.cli.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggingTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "chatty", "ALL", "ERROR"})
    void until_the_settings_are_read_a_log_level_in_the_environment_counts_for_nothing(String level)
            throws JoranException {
        LoggerContext context = new LoggerContext();
        context.putProperty("LOG_LEVEL", level); // looked up before the environment
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
        assertEquals(Level.INFO, context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel());
        context.stop();
    }
}
