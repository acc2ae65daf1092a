import java.io.File;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/** PushJgit REPOSITORY URL REF NAME PASSWORD: pushes with JGit, and prints what the server says and what came of each ref. */
public class PushJgit {
	public static void main(String[] args) throws Exception {
		boolean well = true;

		try (Git git = Git.open(new File(args[0]))) {
			for (PushResult result : git.push().setRemote(args[1])
					.setRefSpecs(new RefSpec("refs/heads/" + args[2] + ":refs/heads/" + args[2]))
					.setCredentialsProvider(new UsernamePasswordCredentialsProvider(args[3], args[4])).call()) {
				System.out.println(result.getMessages());
				for (RemoteRefUpdate update : result.getRemoteUpdates()) {
					System.out.println(update.getRemoteName() + " " + update.getStatus() + " " + update.getMessage());
					well &= update.getStatus() == RemoteRefUpdate.Status.OK;
				}
			}
		}
		System.exit(well ? 0 : 1);
	}
}
