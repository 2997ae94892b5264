"""What proves a rendered environment against real parts: drills, a control plane, routes, query cost, delivery."""
