import org.apache.solr.embedded.JettySolrRunner;

/** Serves the Solr home of the first argument at the port of the second, on 127.0.0.1, until it is told to stop. */
public class Launcher {
  public static void main(String[] arguments) throws Exception {
    new JettySolrRunner(arguments[0], "/solr", Integer.parseInt(arguments[1])).start();
  }
}
