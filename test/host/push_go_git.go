// push_go_git REPOSITORY URL REF KEYFILE: pushes with go-git over SSH, and prints what the server says and what came of it.
package main

import (
	"fmt"
	"os"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/ssh"
	cryptossh "golang.org/x/crypto/ssh"
)

func push(repository, url, ref, keyfile string) error {
	opened, err := git.PlainOpen(repository)
	if err != nil {
		return err
	}
	endpoint, err := transport.NewEndpoint(url)
	if err != nil {
		return err
	}
	keys, err := ssh.NewPublicKeysFromFile(endpoint.User, keyfile, "")
	if err != nil {
		return err
	}
	keys.HostKeyCallback = cryptossh.InsecureIgnoreHostKey()
	remote, err := opened.CreateRemoteAnonymous(&config.RemoteConfig{Name: "anonymous", URLs: []string{url}})
	if err != nil {
		return err
	}
	spec := config.RefSpec("refs/heads/" + ref + ":refs/heads/" + ref)
	return remote.Push(&git.PushOptions{RemoteName: "anonymous", RefSpecs: []config.RefSpec{spec}, Auth: keys, Progress: os.Stdout})
}

func main() {
	if err := push(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
