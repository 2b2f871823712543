package org.muster.connections;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Map;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.muster.settings.Settings;

/**
 * Gives the pool that {@code glassfish-resources.xml} declares the limits that the environment sets, through the
 * server's management beans: an attribute there cannot name a variable. A server without such beans takes them from its
 * own configuration.
 */
public final class PoolLimits {
    private static final Logger LOG = System.getLogger(PoolLimits.class.getName());
    private static final String BOOT = "amx-support:type=boot-amx";
    private static final String POOLS = "amx:type=jdbc-connection-pool,*";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final String name;
    private final Settings.Pool wanted;

    /** @param name of the pool in {@code glassfish-resources.xml}, without its scope */
    public PoolLimits(String name, Settings.Pool wanted) {
        this.name = name;
        this.wanted = wanted;
    }

    /** Sets what differs from the declaration. Has no effect on a server that is not of this kind. */
    public void apply() {
        if (wanted.equals(Settings.Pool.DEFAULT)) {
            return;
        }
        try {
            var boot = new ObjectName(BOOT);
            if (!beans.isRegistered(boot)) {
                return;
            }
            beans.invoke(boot, "bootAMX", null, null);
            var application = "application[" + InitialContext.doLookup("java:app/AppName") + "]";
            for (var pool : beans.queryNames(new ObjectName(POOLS), null)) {
                if (pool.getKeyProperty("pp").contains(application)
                        && beans.getAttribute(pool, "Name").toString().endsWith("/" + name)) {
                    apply(pool);
                }
            }
        } catch (JMException | NamingException failure) {
            LOG.log(Level.WARNING, "The pool keeps its declared limits: the server refused to change them", failure);
        }
    }

    private void apply(ObjectName pool) throws JMException {
        var min = Map.entry("SteadyPoolSize", wanted.min());
        var max = Map.entry("MaxPoolSize", wanted.max());
        var limits = new ArrayList<Map.Entry<String, ? extends Number>>();
        // The server refuses min > max even between two changes.
        var growing = wanted.max()
                >= Integer.parseInt(beans.getAttribute(pool, "SteadyPoolSize").toString());
        limits.add(growing ? max : min);
        limits.add(growing ? min : max);
        limits.add(Map.entry("MaxWaitTimeInMillis", wanted.acquireTimeout().toMillis()));
        limits.add(Map.entry("IdleTimeoutInSeconds", wanted.idleTimeout().toSeconds()));
        for (var limit : limits) {
            var value = limit.getValue().toString();
            if (!value.equals(beans.getAttribute(pool, limit.getKey()))) {
                beans.setAttribute(pool, new Attribute(limit.getKey(), value));
            }
        }
    }
}
